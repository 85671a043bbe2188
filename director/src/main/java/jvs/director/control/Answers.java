package jvs.director.control;

import com.google.gson.stream.JsonWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.StringWriter;

/** Answers as Netty has them. */
final class Answers {
  private Answers() {}

  /** A whole answer. */
  static FullHttpResponse whole(int status, ByteBuf body, boolean isLast) {
    FullHttpResponse answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
    addHeaders(answer, isLast);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    return answer;
  }

  /** Headers common to all answers. */
  static void addHeaders(HttpResponse answer, boolean isLast) {
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    if (isLast) {
      answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
  }

  /** An answer with an error. */
  static FullHttpResponse refusal(Channel channel, Refusal refusal, boolean isLast) {
    ByteBuf body = ByteBufUtil.writeUtf8(channel.alloc(), text(refusal));
    return whole(refusal.status(), body, isLast);
  }

  /** Answers with an error and ends the connection. */
  static void refuse(Channel channel, Refusal refusal) {
    channel.writeAndFlush(refusal(channel, refusal, true)).addListener(ChannelFutureListener.CLOSE);
  }

  private static String text(Refusal refusal) {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      out.beginObject().name("error").beginObject();
      out.name("errno").value(refusal.errno());
      out.name("message").value(refusal.message());
      if (refusal.position() != 0) {
        out.name("position").value(refusal.position());
      }
      out.endObject().endObject();
    } catch (IOException e) {
      throw new AssertionError("a StringWriter does not fail", e);
    }
    return text.append('\n').toString();
  }
}
