import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiAnswer, Unreachable, withCode } from "../api/request";
import { type Account, ask, logOut, renewalOf, type Standing } from "./account";

export interface AccountHandle {
  account: Account;
  renewal: string | undefined;
  problem: string | undefined;
  refresh: () => void;
  logOut: () => void;
  /** Looks at what the playground's own requests brought: they may tell more than was known. */
  observe: (outcome: ApiAnswer | Unreachable) => void;
}

/** Keeps who is logged in. `first` is the question asked before the page was drawn. */
export function useAccount(first: Promise<Standing>): AccountHandle {
  const [account, setAccount] = useState<Account>({ state: "unknown" });
  const [renewal, setRenewal] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const state = useRef<Account["state"]>("unknown");

  const take = useCallback((standing: Standing) => {
    state.current = standing.account.state;
    setAccount(standing.account);
    setRenewal(standing.renewal);
    setProblem(standing.account.state === "failed" ? standing.account.message : undefined);
  }, []);

  const refresh = useCallback(() => void ask().then(take), [take]);

  useEffect(() => {
    void first.then(take);
  }, [first, take]);

  useEffect(() => {
    window.addEventListener("online", refresh);
    return () => window.removeEventListener("online", refresh);
  }, [refresh]);

  const leave = useCallback(() => {
    logOut().then(refresh, (error: Error) => setProblem(error.message));
  }, [refresh]);

  const observe = useCallback(
    (outcome: ApiAnswer | Unreachable) => {
      if (outcome instanceof Unreachable) {
        setProblem(outcome.message);
        return;
      }
      if (state.current === "failed") {
        refresh();
        return;
      }
      setProblem(undefined);
      const required = renewalOf(outcome);
      if (required !== undefined) {
        setRenewal(required);
      }
      const loggedOut = withCode(outcome, "UNAUTHENTICATED") !== undefined || isLogout(outcome);
      if (loggedOut && state.current === "loggedIn") {
        refresh();
      }
    },
    [refresh],
  );

  return { account, renewal, problem, refresh, logOut: leave, observe };
}

function isLogout(answer: ApiAnswer): boolean {
  return typeof answer.data === "object" && answer.data !== null && "logout" in answer.data;
}
