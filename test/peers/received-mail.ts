import PostalMime from 'postal-mime';

/** An e-mail as whoever gets it sees it. */
export interface ReceivedMail {
  readonly from: string;
  /** Addresses with commas between. */
  readonly to: string;
  readonly subject: string;
  /** Null where there is no such part. */
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly {
    readonly fileName: string;
    readonly mediaType: string;
    readonly bytes: Buffer;
  }[];
}

export const readMail = async (message: string | Uint8Array): Promise<ReceivedMail> => {
  const { from, to, subject, text, html, attachments } = await PostalMime.parse(message);
  return {
    from: from?.address ?? '',
    to: (to ?? []).map(({ address = '' }) => address).join(),
    subject: subject ?? '',
    text: withoutEnd(text),
    html: withoutEnd(html),
    attachments: attachments.map(({ filename, mimeType, content }) => ({
      fileName: filename ?? '',
      mediaType: mimeType,
      bytes: Buffer.from(content as ArrayBuffer),
    })),
  };
};

/** Its last line ends as all lines on the wire do. */
const withoutEnd = (part: string | undefined): string | null => part?.replace(/\r?\n$/, '') ?? null;
