import type { ReactNode } from "react";

interface Props {
  /** Where to log in again, where Spotify no longer takes the authorization. */
  renewal: string | undefined;
  /** Why the server's answers are missing. */
  problem: string | undefined;
  onRetry: () => void;
}

/** What the person has to know or to do. Read out when it comes. */
export function Notices({ renewal, problem, onRetry }: Props) {
  return (
    <div aria-live="polite">
      {renewal !== undefined && (
        <Notice kind="warning">
          Spotify no longer accepts the authorization that you gave. <a href={renewal}>Renew it</a>
        </Notice>
      )}
      {problem !== undefined && (
        <Notice kind="error">
          {problem}{" "}
          <button type="button" className="link" onClick={onRetry}>
            Try again
          </button>
        </Notice>
      )}
    </div>
  );
}

function Notice({ kind, children }: { kind: "warning" | "error"; children: ReactNode }) {
  return (
    <p className={`notice ${kind}`}>
      <span>{children}</span>
    </p>
  );
}
