import { createLocalBus } from "./bus.ts";
import { busContract } from "./contract.ts";

busContract("local", {
  nodes: 1,
  open: async (journals) => {
    const buses = journals.map((journal) => createLocalBus(journal));
    const none = async () => undefined;
    return {
      buses,
      cut: none,
      mend: none,
      dispose: async () => void (await Promise.all(buses.map((b) => b.close()))),
    };
  },
});
