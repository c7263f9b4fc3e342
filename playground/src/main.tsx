import { lazy, StrictMode, Suspense, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { ask, type Standing } from "./account/account";
import { Bar } from "./account/bar";
import { Notices } from "./account/notices";
import { useAccount } from "./account/use-account";
import { type OwnData, ownData } from "./operations/own-data";

/** How long the playground waits for the person's own data before it opens without, in milliseconds. */
const PATIENCE = 4000;

// Everything is asked for at once; the page is drawn as it comes.
const standing = ask();
const own = Promise.race([standing.then(fillings), timeout(PATIENCE)]);
const explorer = import("./explorer");
// GraphiQL would ask for these only once it is on the page.
void import("monaco-graphql/esm/monaco-editor.js");
const Explorer = lazy(() => explorer);

async function fillings({ account }: Standing): Promise<OwnData> {
  return account.state === "loggedIn" ? await ownData() : {};
}

function timeout(milliseconds: number): Promise<OwnData> {
  return new Promise((resolve) => setTimeout(() => resolve({}), milliseconds));
}

function Page() {
  const { account, renewal, problem, refresh, logOut, observe } = useAccount(standing);
  const [filled, setFilled] = useState<OwnData>();
  useEffect(() => {
    void own.then(setFilled);
  }, []);
  return (
    <>
      <Bar account={account} onLogOut={logOut} />
      <Notices renewal={renewal} problem={problem} onRetry={refresh} />
      <main className="stage" aria-label="GraphQL playground">
        <Suspense fallback={<Loading />}>
          {filled === undefined ? <Loading /> : <Explorer own={filled} observe={observe} />}
        </Suspense>
      </main>
    </>
  );
}

function Loading() {
  return (
    <p className="loading" role="status">
      Loading the playground …
    </p>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
