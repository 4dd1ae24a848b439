package org.steadfast.it.benchmark;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A server that answers the same bytes to everything and does nothing else, in a process of its own: what HTTP alone costs. */
final class BareServlet implements AutoCloseable {
    private static final int THREADS = 64;

    private final Process process;
    private final int port;

    private BareServlet(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param answer what it answers, as JSON */
    static BareServlet start(String answer) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareServlet.class.getName(),
                        answer)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String line = process.inputReader().readLine();
        if (line == null) {
            throw new IOException("the bare servlet did not start");
        }
        return new BareServlet(process, Integer.parseInt(line));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Prints its port when it listens. */
    public static void main(String[] arguments) throws Exception {
        byte[] answer = arguments[0].getBytes(StandardCharsets.UTF_8);
        Server server = new Server(new QueuedThreadPool(THREADS));
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new Same(answer)), "/*");
        server.setHandler(context);
        server.start();
        System.out.println(connector.getLocalPort());
        System.out.flush();
        // Ends with the process that started it.
        System.in.transferTo(OutputStream.nullOutputStream());
        server.stop();
    }

    private static final class Same extends HttpServlet {
        private static final long serialVersionUID = 1L;
        private final byte[] answer;

        Same(byte[] answer) {
            this.answer = answer;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            request.getInputStream().readAllBytes();
            response.setContentType("application/json;charset=UTF-8");
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
    }
}
