package jvs.lab;

import java.io.IOException;

/**
 * A service of a real server's that health checks ask. While it fails it still runs and answers,
 * but not what a check wants to hear. Any thread.
 */
interface LiveService extends AutoCloseable {
  void setFailing(boolean isFailing);

  @Override
  void close() throws IOException;
}
