# SPDX-License-Identifier: GPL-3.0-or-later
#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Opens this machine's firewall for the orchestrator's port: TCP 3000 unless another one is configured.

.DESCRIPTION
Run on the orchestrator's machine. The rule is for the orchestrator's program only and for domain and private networks only. The installer makes
the same rule; this is for machines that were installed with /FIREWALL=0, for another port, and for the addresses that may connect.

.PARAMETER Port
The port of the section [listen] of orchestrator.toml.

.PARAMETER RemoteAddress
Who may connect: addresses, ranges or 'LocalSubnet'. Default: anybody on these networks.

.PARAMETER Program
The orchestrator's program.

.PARAMETER Remove
Takes the rule away.

.EXAMPLE
.\Set-DtfFirewall.ps1 -RemoteAddress 10.1.2.0/24 -WhatIf
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
param(
    [ValidateRange(1, 65535)] [int] $Port = 3000,
    [string[]] $RemoteAddress = @('Any'),
    [string] $Program = (Join-Path $env:ProgramFiles 'DTF\dtf-orchestrator.exe'),
    [switch] $Remove
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$name = 'DTF Orchestration'
$old = @(Get-NetFirewallRule -DisplayName $name -ErrorAction SilentlyContinue)
if (-not $Remove -and -not (Test-Path -LiteralPath $Program -PathType Leaf)) {
    throw "There is no $Program; name the orchestrator's program with -Program."
}
if ($old.Count -gt 0 -and $PSCmdlet.ShouldProcess($name, 'remove the firewall rule that is there')) {
    $old | Remove-NetFirewallRule
}
if (-not $Remove -and $PSCmdlet.ShouldProcess($name, "allow TCP $Port from $($RemoteAddress -join ', ') to $Program")) {
    $rule = @{
        DisplayName = $name; Direction = 'Inbound'; Action = 'Allow'; Protocol = 'TCP'; LocalPort = $Port
        Profile = 'Domain', 'Private'; RemoteAddress = $RemoteAddress; Program = $Program
    }
    $null = New-NetFirewallRule @rule
    Write-Output "Open: TCP $Port for $Program."
}
