# Starts the gateway in the background. Everything behind the name is handed on: start-proxy.ps1 --port 9000
& (Join-Path $PSScriptRoot 'switchyard.ps1') start --detach @args
exit $LASTEXITCODE
