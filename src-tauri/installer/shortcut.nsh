# A shortcut that carries the AppUserModelID: Windows shows notifications of a program, and groups its windows, by that name.
# https://learn.microsoft.com/windows/win32/shell/appids

!include LogicLib.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define APP_ID "org.casefolio.Casefolio"

# Writes the AppUserModelID into the IPropertyStore at $STORE. Changes $3, $4 and $6.
!macro SetIdentity STORE
  System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
  # A PROPVARIANT that points at the text; the store copies it.
  System::Call '*(&w64 "${APP_ID}")p.r6'
  System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,p r6)p.r4'
  ${IPropertyStore::SetValue} ${STORE} '($3,$4)'
  ${IPropertyStore::Commit} ${STORE} ""
  System::Free $4
  System::Free $6
  System::Free $3
!macroend

!macro MakeShortcut PATH
  CreateShortcut "${PATH}" "$INSTDIR\casefolio.exe" "" "$INSTDIR\casefolio.exe" 0 SW_SHOWNORMAL "" "$(shortcutComment)"
  Push "${PATH}"
  Call nameShortcut
!macroend

!macro NameShortcutFunction
Function nameShortcut # path of a shortcut that exists ->
  System::Store S # keeps $0 to $9
  Pop $5
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("$5",${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        !insertmacro SetIdentity $2
        ${IUnknown::Release} $2 ""
        ${IPersistFile::Save} $1 '("$5",1)'
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
  System::Store L
FunctionEnd
!macroend
