# Lo que el instalador dice en español. words.en.nsh dice lo mismo en inglés.

!insertmacro VersionInfo ${LANG_SPANISH} "Instalación de Casefolio"

LangString windowsTooOld ${LANG_SPANISH} "Casefolio necesita Windows 10, versión 1809, o posterior."
LangString newerInstalled ${LANG_SPANISH} "Hay instalada una versión más reciente de Casefolio ($Installed).$\r$\n$\r$\nEs posible que la versión ${VERSION} no pueda abrir los portafolios que la más reciente haya usado. ¿Instalar ${VERSION} de todos modos?"
LangString isRunning ${LANG_SPANISH} "Casefolio está abierto.$\r$\n$\r$\nCiérrelo primero: haga clic con el botón derecho en su icono junto al reloj y elija Salir. Después elija Reintentar."
LangString notWritten ${LANG_SPANISH} "No se pudo escribir Casefolio en esta carpeta:$\r$\n$INSTDIR$\r$\n$\r$\nCompruebe que haya espacio en el disco y que ningún otro programa tenga cerrada la carpeta. Después vuelva a abrir el instalador."
LangString webview2Missing ${LANG_SPANISH} "Casefolio está instalado. Para abrir su ventana necesita Microsoft Edge WebView2, que no está en esta computadora.$\r$\n$\r$\nEs gratis. En la página de Microsoft, descargue Evergreen Bootstrapper y ábralo.$\r$\n$\r$\n¿Abrir ahora la página de Microsoft?"

LangString welcomeTitle ${LANG_SPANISH} "Casefolio ${VERSION}"
LangString welcomeText ${LANG_SPANISH} "Casefolio guarda sus números de recibo de USCIS en un portafolio cifrado en esta computadora, los consulta con USCIS y le avisa cuando cambia un estado.$\r$\n$\r$\nSe instala solo para usted. No hace falta un administrador. Si hay una versión anterior, se reemplaza, y sus portafolios quedan como están.$\r$\n$\r$\nCasefolio no es un producto del gobierno. Es independiente de USCIS y de cualquier otra agencia."
LangString finishTitle ${LANG_SPANISH} "Casefolio está instalado"
LangString finishText ${LANG_SPANISH} "Lo encontrará en el menú Inicio.$\r$\n$\r$\nPara quitarlo, abra Configuración de Windows, Aplicaciones."
LangString finishStart ${LANG_SPANISH} "Abrir Casefolio ahora"
LangString finishDesktop ${LANG_SPANISH} "Poner un acceso directo en el escritorio"
LangString shortcutComment ${LANG_SPANISH} "Sus casos de USCIS, consultados desde esta computadora"

LangString removeTitle ${LANG_SPANISH} "Quitar Casefolio"
LangString removeSubtitle ${LANG_SPANISH} "Decida qué pasa con sus portafolios."
LangString removeKeeps ${LANG_SPANISH} "Casefolio se quitará. Sus portafolios, con los números de recibo, el historial y las notas, quedan en la carpeta de abajo. Si vuelve a instalar Casefolio, ahí estarán."
LangString removeDelete ${LANG_SPANISH} "Borrar también mis portafolios"
LangString removeDeleteExplained ${LANG_SPANISH} "Esto no se puede deshacer. Solo una copia de seguridad que guarde en otro lugar permite recuperarlos."
LangString removeNoData ${LANG_SPANISH} "Casefolio se quitará. No hay portafolios en su cuenta de Windows."
LangString removeButton ${LANG_SPANISH} "&Quitar"
