/* bcryptprimitives.dll for Wine 8, which lacks it. Rust's standard library asks it for random bytes; here they come
   from RtlGenRandom, which Wine has. It lies in Wine's own system folder and belongs to no package of ours. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    while (length > 0) {
        ULONG piece = length > 0x10000 ? 0x10000 : (ULONG)length;
        if (!SystemFunction036(buffer, piece))
            return FALSE;
        buffer += piece;
        length -= piece;
    }
    return TRUE;
}
