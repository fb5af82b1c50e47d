/** The Lucide icons in use; a template that names another fails its test. */
export const LUCIDE = [
  "activity", "archive", "arrow-left", "arrow-right", "bell", "bell-off", "bell-ring", "book-open", "book-open-check",
  "calendar", "calendar-clock", "camera", "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up",
  "circle", "circle-alert", "circle-check", "circle-help", "circle-x", "clock", "clock-alert", "copy", "download",
  "ellipsis", "external-link", "eye", "file-text", "file-up", "filter", "flag", "git-compare", "hand", "heart",
  "history", "hourglass", "info", "keyboard", "languages", "link", "list", "list-checks", "lock", "log-out", "mail",
  "map", "megaphone", "menu", "message-circle", "message-square", "moon", "newspaper", "pause", "pencil", "phone",
  "phone-call", "phone-forwarded", "pin", "play", "plug", "plus", "printer", "quote", "radio-tower", "refresh-cw",
  "repeat-2", "rss", "search", "send", "settings", "shield-check", "siren", "smartphone", "snowflake", "table",
  "trash-2", "trending-up", "triangle-alert", "undo-2", "unplug", "upload", "user", "user-check", "user-plus",
  "users", "users-round", "wifi-off", "x", "zap",
] as const;

/** One shape a vigilance level, so that colour never speaks alone. */
export const LEVELS: Record<string, string> = {
  "level-none":
    '<circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" stroke-width="3" stroke-dasharray="4.2 4.7"/>',
  "level-green": '<circle cx="12" cy="12" r="9"/>',
  "level-yellow": '<path d="M12 2 22 12 12 22 2 12Z"/>',
  "level-orange": '<path d="M12 2.5 23 21.5H1Z"/>',
  "level-red": '<path fill-rule="evenodd" d="M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9ZM6.4 10v4h11.2v-4Z"/>',
};

/** The bell of Tocsin, drawn for it. */
export const MARK =
  '<path d="M12 2.2c.9 0 1.6.7 1.6 1.6v.6c2.9.7 4.8 3.2 4.8 6.3 0 3.9 1.2 5.3 2.2 6.2.7.7.3 1.8-.7 1.8H4.1c-1 0-1.4-1.1-.7-1.8 1-.9 2.2-2.3 2.2-6.2 0-3.1 1.9-5.6 4.8-6.3v-.6c0-.9.7-1.6 1.6-1.6Z"/><path d="M9.4 20.1h5.2a2.6 2.6 0 0 1-5.2 0Z"/>';
