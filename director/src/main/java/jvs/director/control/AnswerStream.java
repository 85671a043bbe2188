package jvs.director.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of an answer as it is written: whole if it is short, else in chunks, no faster than the
 * client reads.
 *
 * <p>Any thread but Netty's own, one at a time.
 */
// A write that fails means that the client has gone, which is no concern of this class.
@SuppressWarnings("FutureReturnValueIgnored")
final class AnswerStream extends OutputStream {
  private static final int CHUNK = 16384;

  private final Channel channel;
  private final boolean isKeptAlive;
  private final long boundMillis;
  private ByteBuf pending = Unpooled.buffer(CHUNK);
  private boolean isStarted;

  AnswerStream(Channel channel, boolean isKeptAlive, long boundMillis) {
    this.channel = channel;
    this.isKeptAlive = isKeptAlive;
    this.boundMillis = boundMillis;
  }

  /** Whether part of the answer is already on its way, so that it can no longer be a refusal. */
  boolean isStarted() {
    return isStarted;
  }

  @Override
  public void write(int b) throws IOException {
    pending.writeByte(b);
    sendIfFull();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    pending.writeBytes(bytes, offset, length);
    sendIfFull();
  }

  private void sendIfFull() throws IOException {
    if (pending.readableBytes() < CHUNK) {
      return;
    }
    if (!isStarted) {
      isStarted = true;
      HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      Answers.addHeaders(head, !isKeptAlive);
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      channel.write(head, channel.voidPromise());
    }
    ChannelFuture sent = channel.writeAndFlush(new DefaultHttpContent(pending));
    pending = Unpooled.buffer(CHUNK);
    if (!channel.isWritable()) {
      await(sent);
    }
  }

  private void await(ChannelFuture sent) throws IOException {
    try {
      if (sent.await(boundMillis) && sent.isSuccess()) {
        return;
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    channel.close();
    throw new IOException("the client does not read its answer");
  }

  /** Sends what is left. */
  @Override
  public void close() {
    if (isStarted) {
      channel.write(new DefaultHttpContent(pending));
      finish(channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
    } else {
      finish(channel.writeAndFlush(Answers.whole(200, pending, !isKeptAlive)));
    }
  }

  /** Answers with an error instead; breaks the connection if it is too late for that. */
  void refuse(Refusal refusal) {
    if (isStarted) {
      channel.close();
    } else {
      finish(channel.writeAndFlush(Answers.refusal(channel, refusal, !isKeptAlive)));
    }
  }

  private void finish(ChannelFuture sent) {
    if (!isKeptAlive) {
      sent.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
