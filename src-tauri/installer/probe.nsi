# Not installed anywhere: `cargo xtask dist --windows` tries the AppUserModelID out with it. Wine's shortcuts do not keep properties, but
# its property store in memory does; what the store gives back is written beside this program, in identity.txt.

Unicode true
Target amd64-unicode
RequestExecutionLevel user
SilentInstall silent
Name "probe"
OutFile "${OUTPUT}"

!include shortcut.nsh

# propsys.h
!define CLSID_InMemoryPropertyStore {9a02e012-6303-4e1e-b9a1-630f802592c5}

Section
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_InMemoryPropertyStore} ${IID_IPropertyStore} r2 ""
  ${If} $2 P= 0
    SetErrorLevel 2
    Quit
  ${EndIf}
  !insertmacro SetIdentity $2
  System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
  System::Call '*${SYSSTRUCT_PROPVARIANT}(0,,)p.r4'
  ${IPropertyStore::GetValue} $2 '($3,$4)'
  System::Call '*$4(&i2.r5,&i6,w.r7)'
  FileOpen $0 "$EXEDIR\identity.txt" w
  FileWrite $0 "$5 $7"
  FileClose $0
SectionEnd
