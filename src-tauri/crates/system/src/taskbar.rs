//! The ground on which the icon in the tray stands.

/// Whether Windows' taskbar is dark, whatever the windows are. Elsewhere the system colours the icon, or one icon suits every ground:
/// false.
/// Source: the value `SystemUsesLightTheme`, which Windows' settings write since version 1903; before that the taskbar was always dark.
#[must_use]
pub fn is_dark() -> bool {
    #[cfg(windows)]
    {
        const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize";
        let settings = windows_registry::CURRENT_USER.open(SETTINGS);
        settings.and_then(|settings| settings.get_u32("SystemUsesLightTheme")).map_or(true, |light| light == 0)
    }
    #[cfg(not(windows))]
    false
}
