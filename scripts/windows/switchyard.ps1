# Runs the program that these scripts belong to: the one beside them, else the one on the path.
$launcher = Join-Path $PSScriptRoot '..\..\bin\switchyard.cjs'
if (Test-Path -LiteralPath $launcher) { & node $launcher @args } else { & switchyard @args }
exit $LASTEXITCODE
