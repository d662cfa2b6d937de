# What the installer says in English. words.es.nsh says the same in Spanish.

!insertmacro VersionInfo ${LANG_ENGLISH} "Casefolio Setup"

LangString windowsTooOld ${LANG_ENGLISH} "Casefolio needs Windows 10, version 1809, or newer."
LangString newerInstalled ${LANG_ENGLISH} "A newer version of Casefolio ($Installed) is installed.$\r$\n$\r$\nVersion ${VERSION} may be unable to open portfolios that the newer one has used. Install ${VERSION} all the same?"
LangString isRunning ${LANG_ENGLISH} "Casefolio is running.$\r$\n$\r$\nQuit it first: click its icon near the clock with the right mouse button and choose Quit. Then choose Retry."
LangString notWritten ${LANG_ENGLISH} "Casefolio could not be written to this folder:$\r$\n$INSTDIR$\r$\n$\r$\nCheck that there is room on the disk, and that no other program keeps the folder closed. Then start the installer again."
LangString webview2Missing ${LANG_ENGLISH} "Casefolio is installed. To open its window it needs Microsoft Edge WebView2, which is not on this computer.$\r$\n$\r$\nIt is free. On Microsoft's page, download the Evergreen Bootstrapper and start it.$\r$\n$\r$\nOpen Microsoft's page now?"

LangString welcomeTitle ${LANG_ENGLISH} "Casefolio ${VERSION}"
LangString welcomeText ${LANG_ENGLISH} "Casefolio keeps your USCIS receipt numbers in an encrypted portfolio on this computer, asks USCIS about them, and tells you when a status changes.$\r$\n$\r$\nIt is installed for you alone. No administrator is needed. An older version is replaced, and your portfolios stay as they are.$\r$\n$\r$\nCasefolio is not a government product. It is independent of USCIS and of any other agency."
LangString finishTitle ${LANG_ENGLISH} "Casefolio is installed"
LangString finishText ${LANG_ENGLISH} "You find it in the Start menu.$\r$\n$\r$\nTo remove it, open Windows' Settings, Apps."
LangString finishStart ${LANG_ENGLISH} "Open Casefolio now"
LangString finishDesktop ${LANG_ENGLISH} "Put a shortcut on the desktop"
LangString shortcutComment ${LANG_ENGLISH} "Your USCIS cases, checked from this computer"

LangString removeTitle ${LANG_ENGLISH} "Remove Casefolio"
LangString removeSubtitle ${LANG_ENGLISH} "Decide what becomes of your portfolios."
LangString removeKeeps ${LANG_ENGLISH} "Casefolio will be removed. Your portfolios, with receipt numbers, history and notes, stay in the folder below. If you install Casefolio again, they are there."
LangString removeDelete ${LANG_ENGLISH} "Delete my portfolios, too"
LangString removeDeleteExplained ${LANG_ENGLISH} "This cannot be undone. Only a backup that you keep elsewhere brings them back."
LangString removeNoData ${LANG_ENGLISH} "Casefolio will be removed. There are no portfolios in your Windows account."
LangString removeButton ${LANG_ENGLISH} "&Remove"
