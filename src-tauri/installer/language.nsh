# Which of the two languages is spoken. NSIS has already taken the system's own, by its primary language, so that es-MX is Spanish.

!define PRIMARY_LANGUAGE 0x3ff
!define ENGLISH 0x09
!define SPANISH 0x0a

# Asks where the system speaks neither English nor Spanish.
!macro LanguageOfSystem
  System::Call 'kernel32::GetUserDefaultUILanguage()i.r0'
  IntOp $0 $0 & ${PRIMARY_LANGUAGE}
  ${If} $0 <> ${ENGLISH}
  ${AndIf} $0 <> ${SPANISH}
  ${AndIfNot} ${Silent}
    Push ""
    Push ${LANG_ENGLISH}
    Push "English"
    Push ${LANG_SPANISH}
    Push "Español"
    Push A # the list's length is counted
    LangDLL::LangDialog "${NAME}" "Language · Idioma"
    Pop $0
    ${If} $0 == "cancel"
      SetErrorLevel 1
      Quit
    ${EndIf}
    StrCpy $LANGUAGE $0
  ${EndIf}
!macroend

# The uninstaller speaks as the installer did.
!macro LanguageOfInstaller
  ReadRegDWORD $0 HKCU "${UNINSTALL_KEY}" "Language"
  ${If} $0 = ${LANG_ENGLISH}
  ${OrIf} $0 = ${LANG_SPANISH}
    StrCpy $LANGUAGE $0
  ${EndIf}
!macroend
