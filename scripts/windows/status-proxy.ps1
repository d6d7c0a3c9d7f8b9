# What runs, where each tier goes, and whether the service that starts it is there.
& (Join-Path $PSScriptRoot 'switchyard.ps1') status @args
$status = $LASTEXITCODE
& (Join-Path $PSScriptRoot 'switchyard.ps1') service status
exit $status
