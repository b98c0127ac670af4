import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { BrokenPage, FaultBoundary } from "./fault-boundary.tsx";
import { MarkdownProvider } from "./markdown/markdown-provider.tsx";
import "./styles/page.css";

const place = document.getElementById("page");
if (!place) throw new Error("index.html has no #page");
createRoot(place).render(
  <StrictMode>
    <FaultBoundary fallback={<BrokenPage />}>
      <MarkdownProvider>
        <App />
      </MarkdownProvider>
    </FaultBoundary>
  </StrictMode>,
);
