package org.steadfast.foundation.live;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;

/** A client of the HTTP server. The server calls it when the client can take something; no thread waits for that. */
public final class ServletOutput implements ClientOutput, WriteListener {
    private final LiveStream stream;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private final AtomicBoolean ended = new AtomicBoolean();

    private ServletOutput(LiveStream stream, AsyncContext context, ServletOutputStream out) {
        this.stream = stream;
        this.context = context;
        this.out = out;
    }

    /**
     * Sends a stream to the client of a request, until one of them ends. The head of the answer must be made.
     *
     * @throws IOException if the client is gone already; the stream is closed then
     */
    public static void attach(LiveStream stream, AsyncContext context) throws IOException {
        try {
            ServletOutputStream out = context.getResponse().getOutputStream();
            out.setWriteListener(new ServletOutput(stream, context, out));
        } catch (IOException | RuntimeException e) {
            stream.lost();
            throw e;
        }
    }

    @Override
    public void onWritePossible() {
        stream.begin(this);
    }

    @Override
    public void onError(Throwable failure) {
        stream.lost();
        complete();
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void complete() {
        if (ended.compareAndSet(false, true)) {
            context.complete();
        }
    }

    @Override
    public void abort() {
        ServletContextRequest.getServletContextRequest(context.getRequest())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
        complete();
    }
}
