import type { MailSettings, MailView, RecipientFields, SetMailRequest } from "./bindings";
import { refuse } from "./problem";

type Scene = { mail: Partial<MailView>; mailTest: string | null };

/** E-mail of the fake: nothing is sent. */
export class FakeMail {
  #mail: MailView = { settings: null, secretSet: false, recipients: [], lastSentAt: null, waiting: 0, trouble: null, givenUp: 0, refused: null };

  constructor(private readonly scene: () => Scene) {}

  mail = async () => ({ ...this.#mail, ...this.scene().mail });
  setMail = async ({ settings, secret }: SetMailRequest) => {
    if (settings.host === "") refuse("mail_host");
    if (settings.way !== "none" && !secret && !this.#mail.secretSet) refuse("mail_secret_missing");
    const moved = this.#mail.settings && (this.#mail.settings.host !== settings.host || this.#mail.settings.port !== settings.port);
    if (moved && !secret) refuse("mail_secret_bound");
    this.#mail = { ...this.#mail, settings, secretSet: settings.way !== "none" };
    return null;
  };
  forgetMail = async () => {
    this.#mail = { ...this.#mail, settings: null, secretSet: false };
    return null;
  };
  testMail = async () => ({ problem: this.scene().mailTest });
  signInMail = async (settings: MailSettings) => {
    if (settings.host === "") refuse("mail_host");
    if (settings.clientId === "") refuse("mail_client_id");
    if (this.scene().mailTest) return { problem: this.scene().mailTest };
    this.#mail = { ...this.#mail, settings, secretSet: true };
    return { problem: null };
  };
  stopSigningIn = async () => null;
  writeTo = async (id: number | null, fields: RecipientFields) => {
    if (!fields.address.includes("@")) refuse("mail_address");
    const others = this.#mail.recipients.filter((row) => row.id !== id);
    if (others.some((row) => row.address === fields.address)) refuse("mail_address_taken");
    this.#mail = { ...this.#mail, recipients: [...others, { ...fields, id: id ?? others.length + 1 }] };
    return null;
  };
  stopWritingTo = async (id: number) => {
    this.#mail = { ...this.#mail, recipients: this.#mail.recipients.filter((row) => row.id !== id) };
    return null;
  };
}
