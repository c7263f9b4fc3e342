import { type Account, LOGIN, picture, type Person } from "./account";

/** The strip above the playground: whose data it works on. */
export function Bar({ account, onLogOut }: { account: Account; onLogOut: () => void }) {
  return (
    <header className="bar">
      <h1 className="brand">
        <span className="mark" aria-hidden="true" />
        <span className="word">lockstep</span>
      </h1>
      <nav className="account" aria-label="Account">
        {account.state === "loggedIn" ? (
          <LoggedIn person={account.person} onLogOut={onLogOut} />
        ) : (
          <a className="button" href={LOGIN} aria-busy={account.state === "unknown"}>
            Log in with Spotify
          </a>
        )}
      </nav>
    </header>
  );
}

function LoggedIn({ person, onLogOut }: { person: Person; onLogOut: () => void }) {
  const name = person.displayName ?? person.id;
  const source = picture(person, 64);
  return (
    <>
      <span className="person" title={`Logged in as ${person.id}`}>
        {source ? (
          <img className="picture" src={source} alt="" width="32" height="32" />
        ) : (
          <span className="picture" aria-hidden="true">
            {[...name][0]?.toUpperCase()}
          </span>
        )}
        <span className="hidden-text">Logged in as </span>
        <bdi className="name">{name}</bdi>
      </span>
      <button type="button" className="button quiet" onClick={onLogOut}>
        Log out
      </button>
    </>
  );
}
