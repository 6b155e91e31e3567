/** `capture_content` for `captureContent`: the key of an option in a file. */
export const configKey = (option: string): string => option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
