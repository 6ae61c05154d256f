import { NamedError } from "../errors.ts";

export class ChatError extends NamedError<
  | "ChatUnavailable"
  /** It answered, and did not do it. */
  | "ChatRefused"
> {}

/** A message in the words of Slack's Block Kit; `text` is what notifications and screen readers say. */
export interface ChatMessage {
  readonly text: string;
  readonly blocks?: readonly object[];
}

/** Where people talk: Slack. */
export interface Chat {
  /** Says something to everybody in the channel for approvals. @throws ChatError */
  post(message: ChatMessage): Promise<void>;
  /** Answers somebody alone, at the address their request came with. @throws ChatError */
  answer(address: string, message: ChatMessage): Promise<void>;
  /** Shows somebody a form, within three seconds of the press that `trigger` stands for. @throws ChatError */
  openView(trigger: string, view: object): Promise<void>;
}
