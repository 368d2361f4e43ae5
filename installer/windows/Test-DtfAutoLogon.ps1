# SPDX-License-Identifier: GPL-3.0-or-later
#Requires -Version 5.1
<#
.SYNOPSIS
Tells whether a worker machine comes back by itself after a restart, and what to do where it does not.

.DESCRIPTION
Chrome needs a desktop, so the agent starts when its user logs on. After a restart nobody logs on unless Windows does it by itself. This looks at
what is set and says what is missing. It changes the one thing that is safe to change, with -Fix: the name of the user. The password is not
set here: written into the registry it could be read by every administrator and every backup. Sysinternals Autologon keeps it as a secret of the
system; use that.

Take an account for this that has no other use and no administrator's rights, keep the machine in a locked room or a virtual machine
whose console is guarded, and leave its screen unlocked: a locked session still works, one that is logged off does not.

.PARAMETER User
The desktop user, e.g. CORP\dtf-worker.

.PARAMETER Fix
Sets user name and domain for the automatic logon.

.EXAMPLE
.\Test-DtfAutoLogon.ps1 -User CORP\dtf-worker

.EXAMPLE
.\Test-DtfAutoLogon.ps1 -User CORP\dtf-worker -Fix -WhatIf
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
param(
    [Parameter(Mandatory)] [ValidatePattern('^[^\\]+\\[^\\]+$')] [string] $User,
    [switch] $Fix
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$key = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
$domain, $account = $User -split '\\', 2

function Get-Setting([string] $Name) {
    $item = Get-ItemProperty -LiteralPath $key -Name $Name -ErrorAction SilentlyContinue
    if ($null -eq $item) { return '' }
    return [string] $item.$Name
}

if ($Fix) {
    foreach ($setting in @{ AutoAdminLogon = '1'; DefaultUserName = $account; DefaultDomainName = $domain }.GetEnumerator()) {
        if ((Get-Setting $setting.Key) -ne $setting.Value -and $PSCmdlet.ShouldProcess("$key\$($setting.Key)", "set to '$($setting.Value)'")) {
            Set-ItemProperty -LiteralPath $key -Name $setting.Key -Value $setting.Value -Type String
        }
    }
}

$findings = @()
if ((Get-Setting 'AutoAdminLogon') -ne '1') {
    $findings += "Nobody is logged on by itself. Run Sysinternals Autologon, or this script with -Fix and then Autologon for the password."
}
if ((Get-Setting 'DefaultUserName') -ne $account) {
    $findings += "The user that is logged on would be '$(Get-Setting 'DefaultUserName')', not '$account'."
}
# An account of the machine itself may be given as .\name.
$machine = @('.', $env:COMPUTERNAME)
$found = Get-Setting 'DefaultDomainName'
if ($found -ne $domain -and -not ($domain -in $machine -and $found -in $machine)) {
    $findings += "The domain that this user is looked for in would be '$found', not '$domain'. Run this script with -Fix."
}
if ((Get-Setting 'DefaultPassword') -ne '') {
    $findings += "The password stands in the registry (DefaultPassword), readable. Remove that value and use Sysinternals Autologon."
}
$task = Get-ScheduledTask -TaskPath '\' -TaskName 'DTF agent' -ErrorAction SilentlyContinue
if ($null -eq $task) {
    $findings += "The task 'DTF agent' is not registered: install the agent, or run dtf-agent setup."
} elseif ($task.State -eq 'Disabled') {
    $findings += "The task 'DTF agent' is disabled."
}
if ($findings.Count -eq 0) {
    Write-Output "$User is logged on by itself, and the agent starts then. Restart the machine once and look."
} else {
    $findings | ForEach-Object { Write-Warning $_ }
}
