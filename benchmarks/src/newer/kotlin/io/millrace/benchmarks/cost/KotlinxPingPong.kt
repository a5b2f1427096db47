package io.millrace.benchmarks.cost

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.HdrHistogram.Histogram

/** Two coroutines on Dispatchers.Default that send each other one message after the other. */
class KotlinxPingPong : HandOver.CoroutinePingPong {
    override fun measure(capacity: Int, nanos: Long): Histogram {
        val there = Channel<Any>(capacity)
        val back = Channel<Any>(capacity)
        return runBlocking(Dispatchers.Default) {
            launch {
                for (message in there) {
                    back.send(message)
                }
            }
            async {
                    val latency = Histogram(3)
                    val message = Any()
                    val end = System.nanoTime() + nanos
                    do {
                        val asked = System.nanoTime()
                        there.send(message)
                        back.receive()
                        latency.recordValue(System.nanoTime() - asked)
                    } while (asked - end < 0)
                    there.close()
                    latency
                }
                .await()
        }
    }
}
