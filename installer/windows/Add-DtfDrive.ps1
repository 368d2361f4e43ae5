# SPDX-License-Identifier: GPL-3.0-or-later
#Requires -Version 5.1
<#
.SYNOPSIS
Gives the share a drive letter, Z: by default, for the person who runs this.

.DESCRIPTION
For people only. A drive letter belongs to one logon session: a service, a scheduled task and a program that was started as administrator do not see
the letter that Explorer shows. In orchestrator.toml and agent.toml write the UNC path (\\server\dispatch), always.

A customer's script that insists on Z: runs as a child of the agent, in the session of the desktop user: run this as that user, once, not as
administrator.

.PARAMETER Share
The share's UNC path.

.PARAMETER Drive
The drive letter with its colon.

.EXAMPLE
.\Add-DtfDrive.ps1 -Share \\files\dispatch -WhatIf
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Low')]
param(
    [Parameter(Mandatory)] [ValidatePattern('^\\\\[^\\]+\\[^\\]+')] [string] $Share,
    [ValidatePattern('^[A-Za-z]:$')] [string] $Drive = 'Z:'
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$here = [System.Security.Principal.WindowsPrincipal] [System.Security.Principal.WindowsIdentity]::GetCurrent()
if ($here.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Write-Warning 'This runs as administrator: the letter will not be seen by programs that were started without.'
}
$old = Get-SmbMapping -LocalPath $Drive -ErrorAction SilentlyContinue
if ($null -ne $old -and $old.RemotePath -eq $Share) {
    Write-Output "$Drive is $Share already."
    return
}
if ($null -ne $old) {
    throw "$Drive is $($old.RemotePath). Remove that first (Remove-SmbMapping -LocalPath $Drive), or take another letter."
}
if (Test-Path -LiteralPath "$Drive\") {
    throw "$Drive is taken by another drive."
}
if ($PSCmdlet.ShouldProcess($Drive, "map to $Share, for this user, from now on")) {
    $null = New-SmbMapping -LocalPath $Drive -RemotePath $Share -Persistent $true
    Write-Output "$Drive is $Share. In configuration files write $Share all the same."
}
