//! What each operating system does in its own way: files for one user alone, notices of sleep and of the screen lock,
//! starting at login, what becomes of the program's memory when it falls, its identity, its console and its standard input. Knows nothing of cases, keys or windows.

pub mod anew;
pub mod autostart;
pub mod console;
pub mod ending;
pub mod identity;
pub mod memory;
pub mod moments;
pub mod private;
pub mod proxy_script;
pub mod standard_input;
pub mod storage;
pub mod taskbar;
