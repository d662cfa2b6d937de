# The window is drawn by Microsoft's WebView2. Windows 11 has it, and Windows 10 has had it by update; never downloaded from here.

# The value that Microsoft names for this question, and where it stands on 64-bit Windows:
# https://learn.microsoft.com/microsoft-edge/webview2/concepts/distribution#detect-if-a-webview2-runtime-is-already-installed
!define WEBVIEW2_KEY "Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW2_PAGE "https://developer.microsoft.com/microsoft-edge/webview2/"

!macro LookForWebView2
  SetRegView 32
  ReadRegStr $0 HKLM "${WEBVIEW2_KEY}" "pv"
  SetRegView 64
  ReadRegStr $1 HKCU "${WEBVIEW2_KEY}" "pv"
  ${If} $0 == "0.0.0.0"
    StrCpy $0 ""
  ${EndIf}
  ${If} $1 == "0.0.0.0"
    StrCpy $1 ""
  ${EndIf}
  ${If} "$0$1" == ""
    ${If} ${Cmd} `MessageBox MB_YESNO|MB_ICONINFORMATION "$(webview2Missing)" /SD IDNO IDYES`
      ExecShell "open" "${WEBVIEW2_PAGE}"
    ${EndIf}
  ${EndIf}
!macroend
