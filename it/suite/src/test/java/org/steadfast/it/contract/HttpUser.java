package org.steadfast.it.contract;

import java.io.IOException;

/** A program that speaks HTTP. It keeps no cookies, so that a load balancer sends each request where it likes. */
public interface HttpUser {
    Heard send(Call call) throws IOException, InterruptedException;
}
