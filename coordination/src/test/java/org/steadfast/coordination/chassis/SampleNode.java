package org.steadfast.coordination.chassis;

import java.util.concurrent.CountDownLatch;

/** A node that a test runs as a process of its own; it prints what it does. */
final class SampleNode {
    private SampleNode() {}

    public static void main(String[] arguments) {
        Thread main = Thread.currentThread();
        NodeProcess process = new NodeProcess(System.err, () -> {
            if (arguments[0].equals("stopped-in-start")) {
                join(main);
            }
            System.out.println("end of the log");
        });
        ExitCode code = process.run((lifecycle, stopRequest) -> {
            CountDownLatch stopping = new CountDownLatch(1);
            lifecycle.onStop("one", () -> {
                System.out.println("stopped one");
                stopping.countDown();
            });
            lifecycle.onStop("two", () -> System.out.println("stopped two"));
            System.out.println("started");
            switch (arguments[0]) {
                case "stopped-in-start" -> {
                    stopping.await();
                    lifecycle.onStop("three", () -> System.out.println("stopped three"));
                }
                case "hanging-in-start" -> new CountDownLatch(1).await();
                case "fenced" -> {
                    lifecycle.onStop("hanging", () -> new CountDownLatch(1).await());
                    stopRequest.stop(ExitCode.FENCED);
                }
                case "failing" -> throw new NodeFailure(ExitCode.DATA_IN_USE, "thrown by a test");
                default -> System.out.println("running");
            }
        });
        System.out.println("ended with " + code);
        if (!arguments[0].equals("stopped-in-start")) {
            System.exit(code.code());
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
