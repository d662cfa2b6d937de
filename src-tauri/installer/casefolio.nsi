# Casefolio's installer for Windows: for one user, without an administrator. `cargo xtask dist --windows` calls makensis with
#   VERSION     0.1.0
#   PROGRAMS    the folder with casefolio.exe, casefolio-cli.exe and WebView2Loader.dll
#   ROOT        the repository's root (LICENSE, icons)
#   SIDE        a bitmap for the side of the first and the last page
#   SIZE_KIB    what is installed, in KiB
#   OUTPUT      the installer to write
# and, where it is wanted,
#   SIGN        a command that signs the file whose path is appended to it: the uninstaller and the installer
#   QUICK       packed in seconds, and larger: for one that is only tried out
#
# Silent: /S installs, uninstall.exe /S removes and keeps the data; nothing is asked or shown. /DELETE-DATA deletes the data, too.
# Exit codes: 0 done · 1 cancelled · 2 failed · 3 a newer version is installed · 4 Casefolio is running · 5 Windows is too old.

Unicode true
Target amd64-unicode
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
ManifestDPIAware true
RequestExecutionLevel user
AllowSkipFiles off

!include shortcut.nsh

!define NAME "Casefolio"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP_ID}"
!define IDENTITY_KEY "Software\Classes\AppUserModelId\${APP_ID}"
# Where the `directories` crate puts this user's data (core/src/home.rs).
!define DATA "$LOCALAPPDATA\casefolio\Casefolio\data"
# What WebView2 keeps for itself: Tauri's local data folder of this identifier.
!define WEB_CACHE "$LOCALAPPDATA\${APP_ID}"

!include MUI2.nsh
!include LogicLib.nsh
!include x64.nsh
!include WinVer.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include nsDialogs.nsh

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
!macro VersionInfo LANGUAGE DESCRIPTION
  VIAddVersionKey /LANG=${LANGUAGE} "ProductName" "${NAME}"
  VIAddVersionKey /LANG=${LANGUAGE} "ProductVersion" "${VERSION}"
  VIAddVersionKey /LANG=${LANGUAGE} "FileVersion" "${VERSION}"
  VIAddVersionKey /LANG=${LANGUAGE} "FileDescription" "${DESCRIPTION}"
  VIAddVersionKey /LANG=${LANGUAGE} "CompanyName" "The Casefolio contributors"
  VIAddVersionKey /LANG=${LANGUAGE} "LegalCopyright" "MIT License"
!macroend

!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

!define MUI_ICON "${ROOT}/icons/icon.ico"
!define MUI_UNICON "${ROOT}/icons/icon.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_WELCOMEFINISHPAGE_BITMAP_STRETCH AspectFitHeight
!define MUI_ABORTWARNING
!define MUI_CUSTOMFUNCTION_ABORT cancelled
!define MUI_CUSTOMFUNCTION_UNABORT un.cancelled

!define MUI_WELCOMEPAGE_TITLE "$(welcomeTitle)"
!define MUI_WELCOMEPAGE_TEXT "$(welcomeText)"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "$(finishTitle)"
!define MUI_FINISHPAGE_TEXT "$(finishText)"
!define MUI_FINISHPAGE_RUN "$INSTDIR\casefolio.exe"
!define MUI_FINISHPAGE_RUN_TEXT "$(finishStart)"
# The page's second check box; what Modern UI foresees for a read-me.
!define MUI_FINISHPAGE_SHOWREADME ""
!define MUI_FINISHPAGE_SHOWREADME_NOTCHECKED
!define MUI_FINISHPAGE_SHOWREADME_TEXT "$(finishDesktop)"
!define MUI_FINISHPAGE_SHOWREADME_FUNCTION desktopShortcut
!insertmacro MUI_PAGE_FINISH

UninstPage custom un.askAboutData un.keepAnswer
!insertmacro MUI_UNPAGE_INSTFILES

# The first is the one that silent installation speaks where the system speaks neither.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Spanish"
!insertmacro MUI_RESERVEFILE_LANGDLL
!include "words.en.nsh"
!include "words.es.nsh"
!include "language.nsh"
!include "running.nsh"
!insertmacro NameShortcutFunction
!include "webview2.nsh"
!include "removal.nsh"

Var Installed # the version that is there before, or nothing

Function .onInit
  SetShellVarContext current
  !insertmacro LanguageOfSystem
  # Version 1809, the oldest that docs/platforms.md names.
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} 17763
    MessageBox MB_OK|MB_ICONSTOP "$(windowsTooOld)" /SD IDOK
    SetErrorLevel 5
    Quit
  ${EndIf}
  ReadRegStr $Installed HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $Installed != ""
    ${VersionCompare} "$Installed" "${VERSION}" $0
    ${If} $0 = 1
      MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(newerInstalled)" /SD IDNO IDYES goOn
      SetErrorLevel 3
      Quit
      goOn:
    ${EndIf}
  ${EndIf}
  !insertmacro EndWhileRunning ""
FunctionEnd

Function cancelled
  SetErrorLevel 1
FunctionEnd

Section
  ClearErrors
  SetOutPath "$INSTDIR"
  File "${PROGRAMS}/casefolio.exe"
  File "${PROGRAMS}/casefolio-cli.exe"
  File "${PROGRAMS}/WebView2Loader.dll"
  File "/oname=LICENSE.txt" "${ROOT}/LICENSE"
  File "/oname=casefolio.png" "${ROOT}/icons/128x128.png"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONSTOP "$(notWritten)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}

  !insertmacro MakeShortcut "$SMPROGRAMS\${NAME}.lnk"

  # What Windows shows above a notification of this identity:
  # https://learn.microsoft.com/windows/apps/design/shell/tiles-and-notifications/send-local-toast-other-apps
  WriteRegExpandStr HKCU "${IDENTITY_KEY}" "DisplayName" "${NAME}"
  WriteRegExpandStr HKCU "${IDENTITY_KEY}" "IconUri" "$INSTDIR\casefolio.png"

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The Casefolio contributors"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\casefolio.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KIB}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "Language" $LANGUAGE

  !insertmacro LookForWebView2
SectionEnd

Function desktopShortcut
  !insertmacro MakeShortcut "$DESKTOP\${NAME}.lnk"
FunctionEnd
