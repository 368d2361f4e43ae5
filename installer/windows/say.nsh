; SPDX-License-Identifier: GPL-3.0-or-later
; What the installer has to say goes to its window, to %ProgramData%\DTF\install.log and, run silently, to the standard output.

!macro openLogFunction un
Function ${un}openLog
    CreateDirectory "$Data"
    StrCpy $Log ""
    ClearErrors
    FileOpen $Log "$Data\install.log" a
    ${IfNot} ${Errors}
        FileSeek $Log 0 END
    ${Else}
        StrCpy $Log ""
    ${EndIf}
FunctionEnd
!macroend
!insertmacro openLogFunction ""
!insertmacro openLogFunction "un."

!macro sayFunction un
Function ${un}say
    Exch $R9
    Push $R8
    Push $R6
    Push $R5
    Push $R4
    Push $R3
    Push $R2
    Push $R1
    Push $R0
    DetailPrint "$R9"
    ${GetTime} "" "L" $R0 $R1 $R2 $R3 $R4 $R5 $R6
    ${If} $Log != ""
        FileWriteUTF16LE $Log "$R2-$R1-$R0 $R4:$R5:$R6 $R9$\r$\n"
    ${EndIf}
    ${If} ${Silent}
        System::Call "kernel32::GetStdHandle(i -11) p .R8"
        ${If} $R8 P> 0
            FileWrite $R8 "$R9$\r$\n"
        ${EndIf}
    ${EndIf}
    Pop $R0
    Pop $R1
    Pop $R2
    Pop $R3
    Pop $R4
    Pop $R5
    Pop $R6
    Pop $R8
    Pop $R9
FunctionEnd
!macroend
!insertmacro sayFunction ""
!insertmacro sayFunction "un."

!macro say text
    Push `${text}`
!ifdef __UNINSTALL__
    Call un.say
!else
    Call say
!endif
!macroend
!define Say "!insertmacro say"

; Something after the copying went wrong: said, and told by the exit code; the rest goes on.
!macro trouble text
    ${Say} `TROUBLE: ${text}`
    StrCpy $Code ${EXIT_UNFINISHED}
!macroend
!define Trouble "!insertmacro trouble"

; Ends the installer before anything was changed.
!macro refuse code text
    ${Say} `refused: ${text}`
    MessageBox MB_OK|MB_ICONSTOP `${text}.` /SD IDOK
    SetErrorLevel ${code}
    Quit
!macroend
!define Refuse "!insertmacro refuse"

; Runs a command line; $0: its exit code or "error", $1: what it printed. `shown` goes into the log: without secrets.
!macro run shown command
    nsExec::ExecToStack '${command}'
    Pop $0
    Pop $1
    ${Say} `${shown} -> $0`
!macroend
!define Run "!insertmacro run"
