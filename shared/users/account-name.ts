/** A user name or e-mail address as it is looked up and counted by: two spellings of one name are one name. */
export const accountName = (written: string): string => written.normalize('NFKC').toLowerCase();
