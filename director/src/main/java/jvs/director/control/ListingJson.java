package jvs.director.control;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jvs.service.IpvsControl;
import jvs.service.ServerEntry;
import jvs.service.ServiceEntry;

/** Listings for scripts, in the words of the control socket. One thread. */
public final class ListingJson {
  private ListingJson() {}

  /** An array of services, each with its servers. */
  public static void services(List<ServiceEntry> services, IpvsControl control, OutputStream to) {
    write(
        to,
        out -> {
          for (ServiceEntry service : services) {
            out.beginObject();
            EntryJson.writeFields(out, service);
            out.name("servers").beginArray();
            for (ServerEntry server : control.servers(service.key())) {
              EntryJson.write(out, server);
            }
            out.endArray().endObject();
          }
        });
  }

  /** An array of connections. */
  public static void connections(IpvsControl control, OutputStream to) {
    write(
        to,
        out ->
            control.connections(
                connection -> {
                  try {
                    EntryJson.write(out, connection);
                  } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                  }
                }));
  }

  private static void write(OutputStream to, JsonSource elements) {
    JsonWriter out = new JsonWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8));
    out.setFormattingStyle(FormattingStyle.PRETTY);
    try {
      out.beginArray();
      elements.writeTo(out);
      out.endArray().flush();
      to.write('\n');
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
