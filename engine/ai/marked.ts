/** A text between marks that it cannot close itself, however it writes them. */
export const marked = (mark: string, text: string): string => {
  const closing = new RegExp(`<\\s*/\\s*${mark}\\s*>`, 'gi');
  return `<${mark}>\n${text.replaceAll(closing, `<\\/${mark}>`)}\n</${mark}>`;
};
