# SPDX-License-Identifier: GPL-3.0-or-later
#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Makes the share that files travel over: its folders, who may do what in them, and the share itself.

.DESCRIPTION
Run on the Windows file server. Can be run again: what is there is brought to the wanted state; no file is touched.

Producers may do one thing: write files into `incoming`, and see and change their own files there. The orchestrator may change everything,
agents everything but the folder `incoming` itself. Administrators and the system have full access, readers may look at everything.

A file keeps its access list when it is moved. So what agents and the orchestrator need of a file they are given on the files of `incoming`
already; and a producer keeps the right to its own file after the move. The agent notices a file that changes after it was taken.

Offline files are switched off for the share: a cached copy of a folder whose file names are the state would tell lies.

.PARAMETER Path
A local folder on one NTFS volume, e.g. D:\dispatch. All folders of the share must stay on this volume: moves must be renames.

.PARAMETER Name
The name of the share; its address is \\<this machine>\<Name>.

.PARAMETER OrchestratorAccount
Whom the orchestrator runs as, e.g. CORP\svc-dtf, or CORP\DTF-SERVER$ when it runs as NETWORK SERVICE.

.PARAMETER AgentAccount
The desktop users of the worker machines, or a group of them.

.PARAMETER ProducerAccount
Who drops files into `incoming`.

.PARAMETER ReaderAccount
Who may look, e.g. a group of operators.

.EXAMPLE
.\New-DtfShare.ps1 -Path D:\dispatch -OrchestratorAccount CORP\svc-dtf -AgentAccount CORP\dtf-workers -ProducerAccount CORP\payroll -WhatIf

Tells what would be done. Without -WhatIf it is done.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
param(
    [Parameter(Mandatory)] [ValidatePattern('^[A-Za-z]:\\[^\\]')] [string] $Path,
    [ValidatePattern('^[^\\/:*?"<>|]{1,80}$')] [string] $Name = 'dispatch',
    [Parameter(Mandatory)] [string] $OrchestratorAccount,
    [Parameter(Mandatory)] [string[]] $AgentAccount,
    [string[]] $ProducerAccount = @(),
    [string[]] $ReaderAccount = @()
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Well-known accounts by SID: their names differ by language.
$administrators = [System.Security.Principal.SecurityIdentifier]::new('S-1-5-32-544')
$system = [System.Security.Principal.SecurityIdentifier]::new('S-1-5-18')
$ownerRights = [System.Security.Principal.SecurityIdentifier]::new('S-1-3-4')

function Resolve-Account([string] $Account) {
    try {
        return [System.Security.Principal.NTAccount]::new($Account).Translate([System.Security.Principal.SecurityIdentifier])
    } catch {
        throw "There is no account '$Account': $($_.Exception.Message)"
    }
}

# Where: 'Tree' this folder and all below; 'Folder' this folder alone; 'Files' the files in it, not the folder.
function New-Rule($Sid, [string] $Rights, [string] $Where) {
    $inherit = @{ Tree = 'ContainerInherit, ObjectInherit'; Folder = 'None'; Files = 'ObjectInherit' }[$Where]
    $propagate = @{ Tree = 'None'; Folder = 'None'; Files = 'InheritOnly' }[$Where]
    return [System.Security.AccessControl.FileSystemAccessRule]::new($Sid, $Rights, $inherit, $propagate, 'Allow')
}

# Exactly these rules, nothing inherited from above.
function Set-Rules([string] $Folder, [object[]] $Rules) {
    $list = [System.Security.AccessControl.DirectorySecurity]::new()
    $list.SetAccessRuleProtection($true, $false)
    foreach ($rule in $Rules) {
        $list.AddAccessRule($rule)
    }
    if ($PSCmdlet.ShouldProcess($Folder, "set access: $(($Rules | ForEach-Object { "$($_.IdentityReference) $($_.FileSystemRights)" }) -join '; ')")) {
        Set-Acl -LiteralPath $Folder -AclObject $list
    }
}

$orchestrator = Resolve-Account $OrchestratorAccount
$agents = @($AgentAccount | ForEach-Object { Resolve-Account $_ })
$producers = @($ProducerAccount | ForEach-Object { Resolve-Account $_ })
$readers = @($ReaderAccount | ForEach-Object { Resolve-Account $_ })

$drive = Get-Volume -DriveLetter $Path.Substring(0, 1)
if ($drive.FileSystem -notin 'NTFS', 'ReFS') {
    throw "$Path is on $($drive.FileSystem): access lists and renames need NTFS or ReFS."
}
foreach ($folder in @($Path) + ('incoming', 'processing', 'completed', 'hold', 'failed', 'rejected', 'logs', '.dtf' | ForEach-Object { Join-Path $Path $_ })) {
    if (-not (Test-Path -LiteralPath $folder) -and $PSCmdlet.ShouldProcess($folder, 'make folder')) {
        $null = New-Item -ItemType Directory -Path $folder
    }
}

$all = @((New-Rule $administrators 'FullControl' 'Tree'), (New-Rule $system 'FullControl' 'Tree'), (New-Rule $orchestrator 'Modify' 'Tree'))
$looking = @($readers | ForEach-Object { New-Rule $_ 'ReadAndExecute' 'Tree' })
$working = @($agents | ForEach-Object { New-Rule $_ 'Modify' 'Tree' })
$passing = @($producers | ForEach-Object { New-Rule $_ 'ReadAndExecute' 'Folder' })
# The root holds the share's identity: agents read it, only the orchestrator writes it.
Set-Rules $Path ($all + $looking + $passing + @($agents | ForEach-Object { New-Rule $_ 'ReadAndExecute' 'Tree' }))
foreach ($folder in 'processing', 'completed', 'hold', 'failed', 'rejected', 'logs', '.dtf') {
    Set-Rules (Join-Path $Path $folder) ($all + $looking + $working)
}
$dropping = @($producers | ForEach-Object { New-Rule $_ 'ReadAndExecute, CreateFiles' 'Folder' })
$ownFiles = @(New-Rule $ownerRights 'Modify' 'Files')
$takenFiles = @($agents | ForEach-Object { New-Rule $_ 'Modify' 'Files' })
$seeing = @($agents | ForEach-Object { New-Rule $_ 'ReadAndExecute' 'Folder' })
Set-Rules (Join-Path $Path 'incoming') ($all + $looking + $dropping + $ownFiles + $takenFiles + $seeing)

$administratorsName = $administrators.Translate([System.Security.Principal.NTAccount]).Value
$everybody = @($OrchestratorAccount) + $AgentAccount + $ProducerAccount
$share = Get-SmbShare -Name $Name -ErrorAction SilentlyContinue
if ($null -ne $share -and $share.Path -ne $Path) {
    throw "The share $Name is there already, for $($share.Path)."
}
if ($PSCmdlet.ShouldProcess("\\$env:COMPUTERNAME\$Name", "share $Path, without offline files")) {
    if ($null -eq $share) {
        $new = @{
            Name = $Name; Path = $Path; CachingMode = 'None'; FolderEnumerationMode = 'AccessBased'
            ChangeAccess = $everybody; FullAccess = $administratorsName
        }
        $null = New-SmbShare @new
    } else {
        Set-SmbShare -Name $Name -CachingMode None -FolderEnumerationMode AccessBased -Force
        $null = Grant-SmbShareAccess -Name $Name -AccountName $everybody -AccessRight Change -Force
    }
    if ($ReaderAccount.Count -gt 0) {
        $null = Grant-SmbShareAccess -Name $Name -AccountName $ReaderAccount -AccessRight Read -Force
    }
}
Write-Output "Share: \\$env:COMPUTERNAME\$Name - next: the orchestrator's installer with /SHARE=\\$env:COMPUTERNAME\$Name"
