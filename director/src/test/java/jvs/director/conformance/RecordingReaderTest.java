package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recordings and what is none. */
class RecordingReaderTest {
  private static RecordingReader read(String text) throws IOException {
    RecordingReader reader = new RecordingReader();
    reader.read("a.jsonl", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    return reader;
  }

  private static String caseOf(String step) {
    return "{\"case\":\"c\",\"group\":\"g\",\"env\":{\"v6\":false},\"steps\":[" + step + "]}";
  }

  @Test
  void readsACase() throws IOException {
    RecordingReader reader =
        read("\n" + caseOf("{\"op\":\"sleep\",\"seconds\":1.25,\"out\":[]}") + "\n");

    assertEquals(List.of(), reader.errors());
    RecordedCase recorded = reader.cases().getFirst();
    assertEquals("c", recorded.name());
    assertEquals(2, recorded.line());
    assertEquals(List.of(new Step.Sleep(1250, List.of())), recorded.steps());
  }

  @Test
  void readsATranscriptAsOneCase() throws IOException {
    String line = "{\"cmd\":\"ipvsadm -L\",\"stdout\":\"\",\"stderr\":\"\",\"status\":0}\n";

    List<RecordedCase> cases = read(line + line).cases();

    assertEquals(1, cases.size());
    assertEquals("a", cases.getFirst().name());
    assertEquals(2, cases.getFirst().steps().size());
  }

  @Test
  void takesAnUnknownOperationForAStep() throws IOException {
    RecordingReader reader = read(caseOf("{\"op\":\"dance\"}"));

    assertEquals(List.of(), reader.errors());
    assertEquals(List.of(new Step.Unknown("dance")), reader.cases().getFirst().steps());
  }

  @Test
  void tellsAllMistakesAtOnce() throws IOException {
    RecordingReader reader = read("{\n[]\n" + caseOf("7") + "\n{}\n");

    assertEquals(4, reader.errors().size());
    for (int i = 0; i < 4; i++) {
      String error = reader.errors().get(i);
      assertTrue(error.startsWith("a.jsonl:" + (i + 1) + ": "), error);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'op':'send','t':0,'frame':'00','out':[]}|'side' is missing",
        "{'op':'send','t':0,'side':'left','frame':'00','out':[]}|expected client or server",
        "{'op':'send','t':0,'side':'client','frame':'0g','out':[]}|no hexadecimal frame",
        "{'op':'send','t':0,'side':'client','frame':'0011','out':[]}|expected 14 or more",
        "{'op':'send','t':-1,'side':'client','frame':'00','out':[]}|expected 14 or more",
        "{'op':'sleep','seconds':-1,'out':[]}|expected seconds",
        "{'op':'sleep','seconds':1,'out':{}}|'out' is {}, expected an array",
        "{'op':'conns','t':0,'rows':[{'proto':'TCP','client':'1.2.3:4'}]}|expected ADDRESS:PORT",
        "{'op':'dests','rows':[['TCP 10.99.0.1:80']]}|a row has 1 elements",
        "{'op':'mark','dst':'10.0.0.0/40','proto':'tcp','mark':1}|expected ADDRESS[/LENGTH]",
        "{'op':'mark','dst':'10.0.0.0/8','proto':'tcp','mark':0}|expected an integer 1..",
        "{'op':'ipvsadm','args':'-L > x','stdout':'','stderr':'','status':0}|expected plain"
            + " words",
        "{'op':'ipvsadm','args':'-L','stdout':'','stderr':'','status':256}|an integer 0..255",
        "{'op':7}|'op' is 7, expected a string"
      })
  void namesWhatWasExpected(String step, String expected) throws IOException {
    List<String> errors = read(caseOf(step.replace('\'', '"'))).errors();

    assertEquals(1, errors.size());
    assertTrue(errors.getFirst().startsWith("a.jsonl:1: case c, step 1: "), errors::toString);
    assertTrue(errors.getFirst().contains(expected), errors::toString);
  }
}
