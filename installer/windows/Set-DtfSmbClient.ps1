# SPDX-License-Identifier: GPL-3.0-or-later
#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Lets this machine's SMB client ask the server each time instead of answering from its caches.

.DESCRIPTION
Run on the orchestrator's machine and on every worker. On the share, file names are the state: a listing that is ten seconds old or a "not
found" that is five seconds old costs time, for a program that finds its own file missing must look again for longer than the caches live.

Windows keeps listings for 10 s, "not found" for 5 s and file data (size, times) for 10 s by default. This sets the three to the given
lifetime, 0 by default. Everything works with Windows' defaults as well, only slower after a disturbance. The setting counts for all shares
that this machine uses. Afterwards `cache_seconds` in the section [share] of orchestrator.toml and agent.toml may be lowered from 15 to 2; leave 15
where any machine of the fleet keeps its caches.

.PARAMETER Seconds
The lifetime of the caches.

.PARAMETER Reset
Puts Windows' defaults back.

.EXAMPLE
.\Set-DtfSmbClient.ps1 -WhatIf

.EXAMPLE
.\Set-DtfSmbClient.ps1 -Reset
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', DefaultParameterSetName = 'Set')]
param(
    [Parameter(ParameterSetName = 'Set')] [ValidateRange(0, 60)] [uint32] $Seconds = 0,
    [Parameter(ParameterSetName = 'Reset', Mandatory)] [switch] $Reset
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$wanted = if ($Reset) {
    @{ DirectoryCacheLifetime = 10; FileNotFoundCacheLifetime = 5; FileInfoCacheLifetime = 10 }
} else {
    @{ DirectoryCacheLifetime = $Seconds; FileNotFoundCacheLifetime = $Seconds; FileInfoCacheLifetime = $Seconds }
}
$now = Get-SmbClientConfiguration
$change = @{}
foreach ($key in $wanted.Keys) {
    if ($now.$key -ne $wanted[$key]) {
        $change[$key] = $wanted[$key]
    }
}
if ($change.Count -eq 0) {
    Write-Output 'The caches are as wanted.'
} elseif ($PSCmdlet.ShouldProcess($env:COMPUTERNAME, "SMB client: $(($change.Keys | Sort-Object | ForEach-Object { "$_ $($now.$_) -> $($change[$_])" }) -join ', ')")) {
    Set-SmbClientConfiguration @change -Confirm:$false
    Write-Output 'The caches are set; connections that are open keep the old values until they are closed: restart the machine, or the programs.'
}
