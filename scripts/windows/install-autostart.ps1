# Has Windows start the gateway at boot, without a login. Needs a terminal that runs as administrator.
#   install-autostart.ps1 [-LogPath C:\logs\proxy.log]
#   install-autostart.ps1 -Uninstall
param(
    [switch]$Uninstall,
    [string]$LogPath
)
$words = @('service')
if ($Uninstall) { $words += 'uninstall' } else { $words += 'install' }
if ($LogPath) { $words += @('--log', $LogPath) }
& (Join-Path $PSScriptRoot 'switchyard.ps1') @words
exit $LASTEXITCODE
