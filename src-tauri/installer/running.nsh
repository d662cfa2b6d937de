# A program that runs holds its file: Windows does not open it for writing.

!macro RunningFunction UN
Function ${UN}isHeld # path -> 1 when it is held, else 0
  Exch $0
  ${If} ${FileExists} "$0"
    ClearErrors
    FileOpen $0 "$0" a
    ${If} ${Errors}
      ClearErrors
      StrCpy $0 1
    ${Else}
      FileClose $0
      StrCpy $0 0
    ${EndIf}
  ${Else}
    StrCpy $0 0
  ${EndIf}
  Exch $0
FunctionEnd
!macroend
!insertmacro RunningFunction ""
!insertmacro RunningFunction "un."

# Asks to quit Casefolio until it is quit; ends the installer when the user gives up.
!macro EndWhileRunning UN
  ${Do}
    Push "$INSTDIR\casefolio.exe"
    Call ${UN}isHeld
    Pop $0
    Push "$INSTDIR\casefolio-cli.exe"
    Call ${UN}isHeld
    Pop $1
    IntOp $0 $0 | $1
    ${If} $0 = 0
      ${ExitDo}
    ${EndIf}
    ${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(isRunning)" /SD IDCANCEL IDCANCEL`
      SetErrorLevel 4
      Quit
    ${EndIf}
  ${Loop}
!macroend
