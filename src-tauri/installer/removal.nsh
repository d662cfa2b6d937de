# Removal: what was installed and what the program wrote for Windows goes; the data go only when the user says so.

!define CRED_TYPE_GENERIC 1
# The end of the name of each key that Casefolio keeps in Windows' credential store (keys/src/platform).
!define CREDENTIAL_END ".${APP_ID}"

Var DeleteData # 1 when the user wants that
Var CheckBox

Function un.onInit
  SetShellVarContext current
  !insertmacro LanguageOfInstaller
  StrCpy $DeleteData 0
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DELETE-DATA" $1
  ${IfNot} ${Errors}
    StrCpy $DeleteData 1
  ${EndIf}
  !insertmacro EndWhileRunning "un."
FunctionEnd

Function un.cancelled
  SetErrorLevel 1
FunctionEnd

Function un.askAboutData
  !insertmacro MUI_HEADER_TEXT "$(removeTitle)" "$(removeSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${If} ${FileExists} "${DATA}\*.*"
    ${NSD_CreateLabel} 0 0 100% 72u "$(removeKeeps)$\r$\n$\r$\n${DATA}"
    Pop $0
    ${NSD_CreateCheckbox} 0 80u 100% 12u "$(removeDelete)"
    Pop $CheckBox
    ${NSD_SetState} $CheckBox $DeleteData
    ${NSD_CreateLabel} 12u 94u 95% 30u "$(removeDeleteExplained)"
    Pop $0
  ${Else}
    ${NSD_CreateLabel} 0 0 100% 40u "$(removeNoData)"
    Pop $0
  ${EndIf}
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:$(removeButton)"
  nsDialogs::Show
FunctionEnd

Function un.keepAnswer
  ${If} ${FileExists} "${DATA}\*.*"
    ${NSD_GetState} $CheckBox $DeleteData
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Delete "$INSTDIR\casefolio.exe"
  Delete "$INSTDIR\casefolio-cli.exe"
  Delete "$INSTDIR\WebView2Loader.dll"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\casefolio.png"
  Delete "$INSTDIR\uninstall.exe"
  # Not with what is in it: somebody may have put a file there.
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  RMDir /r "${WEB_CACHE}"

  DeleteRegKey HKCU "${IDENTITY_KEY}"
  DeleteRegKey /ifempty HKCU "Software\Classes\AppUserModelId"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  # Starting at login, and what the Task Manager noted of it.
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${NAME}"
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "${NAME}"

  ${If} $DeleteData = 1
    RMDir /r "${DATA}"
    RMDir "$LOCALAPPDATA\casefolio\Casefolio"
    RMDir "$LOCALAPPDATA\casefolio"
    Call un.forgetKeys
  ${EndIf}
SectionEnd

# Deletes the keys of portfolios that are gone from Windows' credential store.
Function un.forgetKeys
  System::Store S
  StrLen $5 "${CREDENTIAL_END}"
  System::Call 'advapi32::CredEnumerateW(p0,i0,*i.r0,*p.r1)i.r2'
  ${If} $2 <> 0
    IntOp $0 $0 - 1
    ${ForEach} $3 0 $0 + 1
      # The array of pointers, and in what they point at the third field: TargetName (wincred.h, CREDENTIALW).
      IntPtrOp $4 $3 * 8
      IntPtrOp $4 $4 + $1
      System::Call '*$4(p.r6)'
      System::Call '*$6(i,i.r7,w.r8)'
      StrCpy $9 $8 "" -$5
      ${If} $7 = ${CRED_TYPE_GENERIC}
      ${AndIf} $9 == "${CREDENTIAL_END}"
        System::Call 'advapi32::CredDeleteW(wr8,i${CRED_TYPE_GENERIC},i0)'
      ${EndIf}
    ${Next}
    System::Call 'advapi32::CredFree(pr1)'
  ${EndIf}
  System::Store L
FunctionEnd
