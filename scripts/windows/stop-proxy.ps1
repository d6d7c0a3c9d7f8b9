# Lets running answers finish, then ends the gateway.
& (Join-Path $PSScriptRoot 'switchyard.ps1') stop @args
exit $LASTEXITCODE
