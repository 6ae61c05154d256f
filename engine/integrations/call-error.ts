import { StateFailure } from "../interpreter/failure.ts";

/** What a service's refusal looks like in a history. */
interface ServiceRefusal {
  /** The prefix of the error name, such as `Lambda`. */
  readonly prefix: string;
  /** What the service calls itself in causes, such as `AWSLambda`. */
  readonly service: string;
  readonly status: number;
  readonly code: string;
  /** The error's name after the prefix, where it is not the code. */
  readonly error?: string;
  readonly message: string;
  readonly requestId: string;
}

/** The failure of a Task whose service refused the call. */
export function refusedBy({
  prefix,
  service,
  status,
  code,
  error = code,
  message,
  requestId,
}: ServiceRefusal): StateFailure {
  return new StateFailure(
    `${prefix}.${error}`,
    `${message} (Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`,
  );
}

/** The failure of a Task whose function threw: the cause is what the Node.js runtime reports. */
export function functionError(error: unknown): StateFailure {
  const { name, message, stack } =
    error instanceof Error ? error : { name: "Error", message: String(error), stack: "" };
  const trace = (stack ?? "").split("\n");
  return new StateFailure(name, JSON.stringify({ errorType: name, errorMessage: message, trace }));
}
