package jvs.lab;

import java.util.List;

/** Hears what is being done and why: the demo prints it, scenarios keep silent. */
public interface Transcript {
  /** Tells nobody. */
  Transcript SILENT =
      new Transcript() {
        @Override
        public void explain(String text) {}

        @Override
        public void command(List<String> command) {}

        @Override
        public void output(String text) {}

        @Override
        public void again(String what, Runnable steps) {
          steps.run();
        }
      };

  /** Why the next commands are needed; may have several lines. */
  void explain(String text);

  /** A command that is about to run. */
  void command(List<String> command);

  /** Runs steps that differ from those before in names and numbers only: {@code what} tells it. */
  void again(String what, Runnable steps);

  /** What a command printed; may have several lines. */
  void output(String text);
}
