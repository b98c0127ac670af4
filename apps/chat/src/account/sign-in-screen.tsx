import { type ReactNode, useEffect, useState } from "react";
import { Mark } from "../icons.tsx";
import type { Gate } from "./account.ts";
import { SignInForm } from "./sign-in-form.tsx";

export interface SignInScreenProps {
  readonly gate: Gate;
  readonly onSignedIn: () => void;
}

export function SignInScreen({ gate, onSignedIn }: SignInScreenProps): ReactNode {
  const [mode, setMode] = useState<"sign_in" | "sign_up">(gate.firstAccount ? "sign_up" : "sign_in");
  const joining = mode === "sign_up";
  const title = joining ? "Create account" : "Sign in";

  useEffect(() => {
    document.title = `${title} · Goldenpath`;
  }, [title]);

  return (
    <main className="gate">
      <div className="gate-card">
        <div className="gate-brand">
          <Mark />
          <span>Goldenpath</span>
        </div>
        <h1 className="gate-title">{title}</h1>
        <p className="gate-lead">Ask an agent, and watch how it finds the answer.</p>
        <SignInForm key={mode} gate={gate} mode={mode} onSignedIn={onSignedIn} />
        <p className="gate-foot">
          {gate.signUpOpen ? (
            <>
              {joining ? "You have an account?" : "No account yet?"}{" "}
              <button type="button" className="link" onClick={() => setMode(joining ? "sign_in" : "sign_up")}>
                {joining ? "Sign in instead" : "Create an account"}
              </button>
            </>
          ) : (
            "New accounts are closed on this server. Ask its operator for one."
          )}
        </p>
      </div>
    </main>
  );
}
