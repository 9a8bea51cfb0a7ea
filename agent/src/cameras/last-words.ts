/**
 * The last line that a program wrote that says something, without passwords: for the detail that ops read.
 * @param words its standard error
 */
export function lastWords(words: string): string {
  const lines = words.split(/[\r\n]+/).filter((line) => line.trim() !== '' && !isChatter(line));
  const line = lines.findLast((one) => /error|fail|\*\*\*/i.test(one)) ?? lines.at(-1) ?? 'it said nothing';
  return withoutPasswords(line.trim()).slice(0, 200);
}

/** Frame by frame reports of rpicam-vid (`#12 (15.00 fps) exp …`), and what libcamera tells of itself. */
function isChatter(line: string): boolean {
  return /^#\d+ \(/.test(line) || / (INFO|DEBUG) /.test(line);
}

/** `rtsp://door:secret@10.0.0.5/1` becomes `rtsp://***@10.0.0.5/1`, wherever it occurs; up to the last `@`, as a password may hold what it should not. */
export function withoutPasswords(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s'"]*@/gi, '$1***@');
}
