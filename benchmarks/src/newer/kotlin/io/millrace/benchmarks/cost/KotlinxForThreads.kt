package io.millrace.benchmarks.cost

import io.millrace.benchmarks.suite.Cell.Capacity
import io.millrace.benchmarks.suite.Exchange
import io.millrace.benchmarks.suite.ThreadRival
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.trySendBlocking
import kotlinx.coroutines.runBlocking

/** The channels of kotlinx.coroutines as threads use them, which are not coroutines. */
class KotlinxForThreads : ThreadRival("kotlinx", { true }) {
    override fun open(capacity: Capacity): Exchange {
        val channel =
            Channel<Any>(
                if (capacity == Capacity.UNBOUNDED) Channel.UNLIMITED
                else if (capacity == Capacity.ZERO) Channel.RENDEZVOUS
                else capacity.bound())
        return object : Exchange {
            override fun send(message: Any) {
                channel.trySendBlocking(message).getOrThrow()
            }

            override fun receive(): Any =
                channel.tryReceive().getOrNull() ?: runBlocking { channel.receive() }
        }
    }
}
